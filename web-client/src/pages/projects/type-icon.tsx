/**
 * The icons that templates name.
 */

import {
  IconAlertTriangle,
  IconBinaryTree2,
  IconBook,
  IconBox,
  IconBug,
  IconBuildingStore,
  IconCalendar,
  IconCalendarEvent,
  IconCar,
  IconCheck,
  IconCircleDot,
  IconCoin,
  IconFlag,
  IconHome,
  IconMicrophone,
  IconPackage,
  IconPuzzle,
  IconRoute,
  IconRun,
  IconScale,
  IconSpeakerphone,
  IconTool,
  IconUser,
  type TablerIcon,
} from '@tabler/icons-react';

const ICONS: Readonly<Record<string, TablerIcon>> = {
  activity: IconRun,
  book: IconBook,
  box: IconBox,
  bug: IconBug,
  calendar: IconCalendar,
  check: IconCheck,
  event: IconCalendarEvent,
  flag: IconFlag,
  home: IconHome,
  microphone: IconMicrophone,
  money: IconCoin,
  package: IconPackage,
  part: IconPuzzle,
  person: IconUser,
  project: IconBinaryTree2,
  scales: IconScale,
  speaker: IconSpeakerphone,
  track: IconRoute,
  vehicle: IconCar,
  vendor: IconBuildingStore,
  warning: IconAlertTriangle,
  wrench: IconTool,
};

/** An icon beside a name that says the same; a dot for one that is not known. */
export function TypeIcon({ id, size = 16 }: { id: string | null; size?: number }) {
  const Icon = (id && ICONS[id]) || IconCircleDot;
  return <Icon size={size} stroke={1.75} aria-hidden />;
}
