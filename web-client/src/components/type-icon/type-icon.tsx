/**
 * The icon of a node's type, by the id that the template gives it; a plain one for ids that are not known here.
 */

import {
  IconActivity,
  IconAlertTriangle,
  IconBook,
  IconBug,
  IconBuildingStore,
  IconCalendar,
  IconCalendarEvent,
  IconCar,
  IconCash,
  IconChecklist,
  IconFlag,
  IconFolder,
  IconHome,
  IconMicrophone,
  IconPackage,
  IconPoint,
  type IconProps,
  IconPuzzle,
  IconRoute,
  IconScale,
  IconSpeakerphone,
  IconTool,
  IconUser,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

const ICONS: Readonly<Record<string, ComponentType<IconProps>>> = {
  activity: IconActivity,
  book: IconBook,
  bug: IconBug,
  calendar: IconCalendar,
  check: IconChecklist,
  event: IconCalendarEvent,
  flag: IconFlag,
  home: IconHome,
  microphone: IconMicrophone,
  money: IconCash,
  package: IconPackage,
  part: IconPuzzle,
  person: IconUser,
  project: IconFolder,
  scales: IconScale,
  speaker: IconSpeakerphone,
  track: IconRoute,
  vehicle: IconCar,
  vendor: IconBuildingStore,
  warning: IconAlertTriangle,
  wrench: IconTool,
};

export function TypeIcon({ iconId, ...props }: { iconId: string | null | undefined } & IconProps) {
  const Icon = (iconId && ICONS[iconId]) || IconPoint;
  return <Icon size={16} stroke={1.6} aria-hidden {...props} />;
}
