/**
 * The address of the project, to pass on.
 */

import { TextInput } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

interface Props {
  projectId: string;
  /** Whether it opens for members alone. */
  isForMembers: boolean;
}

export function CopyLink({ projectId, isForMembers }: Props) {
  const address = `${globalThis.location.origin}/projects/${projectId}`;
  return (
    <TextInput
      label="Link to the project"
      description={isForMembers ? 'It opens for members; everybody else is asked to sign in.' : undefined}
      readOnly
      value={address}
      rightSectionWidth={92}
      rightSection={<CopyButton text={address} />}
      onFocus={(event) => event.currentTarget.select()}
    />
  );
}
