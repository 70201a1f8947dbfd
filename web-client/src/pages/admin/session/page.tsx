/**
 * One loaded session: its figures, what can be done with it, and its parts.
 */

import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { Ago } from '../../../components/time/ago.tsx';
import { type InspectedSession, Refusal } from '../../../net/index.ts';
import { type Counted, useLoadedSession } from '../../../state/admin.ts';
import { ActDialog } from '../act-dialog.tsx';
import { type Act, disconnectAll, setState, unload } from '../acts.ts';
import { BroadcastDialog } from '../broadcast-dialog.tsx';
import { Figure } from '../figure.tsx';
import { bytes, count, inShort, perSecond } from '../figures.ts';
import overview from '../overview.module.css';
import page from '../page.module.css';
import { PlaceLink } from '../place-link.tsx';
import { StateBadge } from '../state-badge.tsx';
import { Unread } from '../unread.tsx';
import { DocumentPart } from './document.tsx';
import { Events } from './events.tsx';
import { Members } from './members.tsx';
import { People } from './people.tsx';
import classes from './session.module.css';

interface Props {
  readonly sessionId: string;
  readonly part: string | undefined;
}

export function SessionPage({ sessionId, part }: Props) {
  const query = useLoadedSession(sessionId);
  const session = query.data;
  // What is not loaded is not asked for its events: that would load it.
  const isGone = query.error instanceof Refusal && query.error.code === 'INVALID_SESSION';
  if (isGone) return <NotLoaded sessionId={sessionId} />;
  if (!session) {
    return (
      <div className={page.scroller}>
        <Unread query={query} what="The session" />
      </div>
    );
  }
  return (
    <div className={classes.session}>
      <Head session={session} />
      <Parts session={session} />
      <Part session={session} part={part} />
    </div>
  );
}

function NotLoaded({ sessionId }: { sessionId: string }) {
  return (
    <div className={page.scroller}>
      <Text role="status">
        The session <code>{sessionId}</code> is not loaded. It is as soon as somebody joins it.
      </Text>
      <Button component={Link} href="/admin/sessions" variant="default" size="compact-sm" mt="sm">
        All sessions
      </Button>
    </div>
  );
}

interface Shown {
  readonly session: Counted<InspectedSession>;
}

function Head({ session }: Shown) {
  const [commands, events] = session.tally.rates.get(session.session_id) ?? [];
  const { session_id, name, project_id, state, seq, nodes, members, lagging, behind, mailbox } = session;
  return (
    <div className={classes.head}>
      <div className={page.bar}>
        <h2 className={classes.name} title={session_id}>
          {name ?? session_id}
        </h2>
        <StateBadge state={state} />
        <Text size="xs" c="dimmed" className={page.barText}>
          loaded <Ago at={session.loaded_at} />
          {project_id && (
            <>
              {' · '}
              <Link href={`/projects/${project_id}`} className={classes.link}>
                open the project
              </Link>
            </>
          )}
        </Text>
        <Acts session={session} />
      </div>
      <dl className={overview.figures}>
        <Figure name="Members" value={count(members)} note={lagging > 0 ? `${lagging} lag` : undefined} />
        <Figure name="Commands" value={perSecond(commands)} note={inShort(session.commands)} />
        <Figure name="Events" value={perSecond(events)} note={inShort(session.events)} />
        <Figure name="Behind" value={count(behind)} />
        <Figure name="Waiting" value={count(mailbox)} />
        <Figure name="Nodes" value={count(nodes)} />
        <Figure name="Last seq" value={count(seq)} />
        <Figure name="Ring" value={count(session.ring_items)} note={bytes(session.ring_bytes)} />
      </dl>
    </div>
  );
}

function Acts({ session }: Shown) {
  const [act, setAct] = useState<Act>();
  const [isBroadcasting, setBroadcasting] = useState(false);
  const { session_id, name, state } = session;
  const acts: [string, () => void][] = [
    ['Send an event…', () => setBroadcasting(true)],
    ['Disconnect all…', () => setAct(disconnectAll(session))],
    ['Unload…', () => setAct(unload(session))],
  ];
  if (session.project_id && state === 'active')
    acts.unshift(['Pause…', () => setAct(setState(session, 'paused'))]);
  if (session.project_id && state === 'paused')
    acts.unshift(['Go on…', () => setAct(setState(session, 'active'))]);
  return (
    <Group gap={6}>
      {acts.map(([label, run]) => (
        <Button key={label} size="compact-sm" variant="default" onClick={run}>
          {label}
        </Button>
      ))}
      {act && <ActDialog act={act} onClose={() => setAct(undefined)} />}
      {isBroadcasting && (
        <BroadcastDialog
          target={{ kind: 'session', id: session_id }}
          to={`everybody in “${name ?? session_id}”`}
          onClose={() => setBroadcasting(false)}
        />
      )}
    </Group>
  );
}

function Parts({ session: { session_id, project_id, members } }: Shown) {
  const address = `/admin/sessions/${session_id}`;
  return (
    <nav className={page.places} aria-label="Parts of the session">
      <PlaceLink href={address}>Members {count(members)}</PlaceLink>
      <PlaceLink href={`${address}/events`}>Events</PlaceLink>
      {project_id && <PlaceLink href={`${address}/document`}>Document</PlaceLink>}
      <PlaceLink href={`${address}/people`}>Presence and streams</PlaceLink>
    </nav>
  );
}

function Part({ session, part }: Shown & { part: string | undefined }) {
  switch (part) {
    case undefined:
      return <Members session={session} />;
    case 'events':
      return <Events session={session} />;
    case 'document':
      return session.project_id ? <DocumentPart session={session} projectId={session.project_id} /> : null;
    case 'people':
      return <People session={session} />;
    default:
      return <Text p="md">There is no such part of a session.</Text>;
  }
}
