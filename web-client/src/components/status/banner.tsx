/**
 * Why nothing can be changed now, across the window, with the way out of it.
 */

import { Anchor, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { changeState } from '../../state/edits.ts';
import { useStatus, useView, useWorkspace } from '../../state/hooks.ts';
import { showPast } from '../../state/workspace.ts';
import classes from './status.module.css';
import { useStanding } from './use-standing.ts';

export function Banner() {
  const workspace = useWorkspace();
  const status = useStatus();
  const isPast = useView((view) => view.at !== null);
  const panel = useView((view) => view.panel);
  const state = useView((view) => view.state);
  const { sign, detail } = useStanding();
  if (status === 'refused') return <Refused />;
  // The history says itself what is shown, and how to come back.
  if (sign !== 'read-only' || (isPast && panel === 'history')) return null;
  return (
    <Line sign={sign} text={detail}>
      {isPast ? (
        <Button size="compact-xs" variant="default" onClick={() => showPast(workspace, null)}>
          Back to the present
        </Button>
      ) : state !== 'active' ? (
        <Button size="compact-xs" variant="default" onClick={() => void changeState(workspace, 'active')}>
          {state === 'paused' ? 'Go on' : 'Open it again'}
        </Button>
      ) : null}
    </Line>
  );
}

function Refused() {
  const { session } = useWorkspace();
  const [here] = useLocation();
  const refusal = session.refusal;
  const text = `The server refused this window: ${refusal?.message ?? 'it gave no reason'} (${refusal?.code ?? 'unknown'}).`;
  return (
    <Line sign="refused" text={text}>
      {refusal?.code === 'UNAUTHENTICATED' && (
        <Anchor component={Link} href={`/sign-in?next=${encodeURIComponent(here)}`} size="sm">
          Sign in again
        </Anchor>
      )}
    </Line>
  );
}

interface LineProps {
  readonly sign: string;
  readonly text: string;
  readonly children?: ReactNode;
}

function Line({ sign, text, children }: LineProps) {
  return (
    <div className={classes.banner} data-sign={sign} role="status">
      <span className={classes.bannerText}>{text}</span>
      {children}
    </div>
  );
}
