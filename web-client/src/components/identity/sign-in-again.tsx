/**
 * What happens when the proof of who this is ends while a project is open: people are asked in place, and what they have not sent
 * yet goes out afterwards. To be mounted once in an open project.
 */

import { Button, Text } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { who } from '../../state/who.ts';
import { PasswordDialog } from './password-dialog.tsx';
import classes from './sign-in-again.module.css';
import { type Proof, useProof } from './use-proof.ts';

/** What somebody chose, and for which end of which proof. */
interface Choice {
  readonly isOpen: boolean;
  readonly proof: Proof;
  readonly token: string | undefined;
}

export function SignInAgain() {
  const proof = useProof();
  const token = useStore(who, (now) => now.token);
  const [choice, setChoice] = useState<Choice>();
  if (proof === 'good') return null;
  const isOver = proof === 'over';
  const isChosen = choice?.proof === proof && choice.token === token;
  // What only ends soon is no reason to stand in the way.
  const isOpen = isChosen ? choice.isOpen : isOver;
  if (isOpen) {
    return <PasswordDialog isOver={isOver} onClose={() => setChoice({ isOpen: false, proof, token })} />;
  }
  return (
    <div className={classes.bar} role="status">
      <Text size="sm" fw={500}>
        {isOver ? 'You are signed out: edits wait here.' : 'Your sign-in ends within a minute.'}
      </Text>
      <Button
        size="compact-sm"
        leftSection={<IconLogin2 size={16} />}
        onClick={() => setChoice({ isOpen: true, proof, token })}
      >
        Sign in again
      </Button>
    </div>
  );
}
