/**
 * An invitation that was just made: the one time that it can be copied.
 */

import { Alert, TextInput } from '@mantine/core';
import type { InvitationMade } from '@protocol';
import { useEffect, useRef } from 'react';
import { invitationAddress } from '../identity/next-address.ts';
import { CopyButton } from './copy-button.tsx';
import { roleLabel } from './roles.ts';

export function MadeInvitation({ made, projectId }: { made: InvitationMade; projectId: string }) {
  const address = invitationAddress(globalThis.location.origin, made.invitation, `/projects/${projectId}`);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <Alert
      color="teal"
      mt="xs"
      p="sm"
      title={`A link for one ${roleLabel(made.role).toLowerCase()}`}
      role="status"
    >
      Copy it now: it is not shown again.
      <TextInput
        ref={field}
        mt="xs"
        size="sm"
        readOnly
        aria-label="The link with the invitation"
        value={address}
        rightSectionWidth={92}
        rightSection={<CopyButton text={address} />}
        onFocus={(event) => event.currentTarget.select()}
      />
    </Alert>
  );
}
