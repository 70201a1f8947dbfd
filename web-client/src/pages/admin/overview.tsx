/**
 * The server at a glance.
 */

import { Button, Group } from '@mantine/core';
import { IconSpeakerphone, IconTool } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { isAbsent } from '../../net/index.ts';
import { useLoadedSessions, useMaintenance, useServerStatus } from '../../state/admin.ts';
import { ActDialog } from './act-dialog.tsx';
import { type Act, maintain } from './acts.ts';
import { BroadcastDialog } from './broadcast-dialog.tsx';
import { Charts } from './charts.tsx';
import { Figure } from './figure.tsx';
import { count, duration, inShort, perSecond } from './figures.ts';
import { Health } from './health.tsx';
import classes from './overview.module.css';
import page from './page.module.css';
import { Unread } from './unread.tsx';

export function Overview() {
  return (
    <div className={page.scroller}>
      <div className={classes.overview}>
        <Figures />
        <Acts />
        <Health />
        <Charts />
        <Busiest />
      </div>
    </div>
  );
}

function Figures() {
  const status = useServerStatus();
  const sessions = useLoadedSessions('');
  const [received, sent, refused] = status.data?.tally.rates.get('server') ?? [];
  if (!status.data) return <Unread query={status} what="The figures" />;
  const { service, connections, settings } = status.data;
  const most = settings.max_connections > 0 ? `/ ${inShort(settings.max_connections)}` : undefined;
  return (
    <dl className={classes.figures}>
      <Figure name="Connections" value={count(connections.active_connections)} note={most} />
      <Figure name="Users" value={count(connections.unique_users)} />
      <Figure name="Projects in use" value={count(connections.active_projects)} />
      {!isAbsent(sessions.error) && <Figure name="Loaded sessions" value={count(sessions.data?.total)} />}
      <Figure name="Events in" value={perSecond(received)} note={inShort(service.messages_received)} />
      <Figure name="Packets out" value={perSecond(sent)} note={inShort(service.messages_sent)} />
      <Figure name="Refused" value={perSecond(refused)} note={inShort(service.errors_count)} />
      <Figure name="Up for" value={duration(service.uptime)} />
    </dl>
  );
}

function Acts() {
  const maintenance = useMaintenance();
  const [act, setAct] = useState<Act>();
  const [isBroadcasting, setBroadcasting] = useState(false);
  const isOn = maintenance.data?.enabled ?? false;
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconSpeakerphone size={15} />}
        onClick={() => setBroadcasting(true)}
      >
        Tell everybody…
      </Button>
      {maintenance.data && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconTool size={15} />}
          onClick={() => setAct(maintain(!isOn))}
        >
          {isOn ? 'End the maintenance…' : 'Begin maintenance…'}
        </Button>
      )}
      {act && <ActDialog act={act} onClose={() => setAct(undefined)} />}
      {isBroadcasting && (
        <BroadcastDialog target={{ kind: 'system' }} to="everybody" onClose={() => setBroadcasting(false)} />
      )}
    </Group>
  );
}

/** So many of the addresses are listed. */
const SHOWN = 10;

function Busiest() {
  const { data } = useServerStatus();
  if (!data) return null;
  const { top_projects, connections_per_ip } = data.connections;
  const addresses = Object.entries(connections_per_ip).sort(([, one], [, other]) => other - one);
  return (
    <div className={classes.lists}>
      <section aria-labelledby="projects-title">
        <h2 id="projects-title" className={classes.heading}>
          Projects with most connections
        </h2>
        <ol className={classes.list}>
          {top_projects.map(({ project_id, active_connections }) => (
            <li key={project_id}>
              <Link href={`/projects/${project_id}`}>{project_id}</Link>
              <span>{count(active_connections)}</span>
            </li>
          ))}
          {top_projects.length === 0 && <li>Nobody is in a project.</li>}
        </ol>
      </section>
      <section aria-labelledby="addresses-title">
        <h2 id="addresses-title" className={classes.heading}>
          Addresses with most connections
        </h2>
        <ol className={classes.list}>
          {addresses.slice(0, SHOWN).map(([address, connections]) => (
            <li key={address}>
              <span>{address}</span>
              <span>{count(connections)}</span>
            </li>
          ))}
          {addresses.length === 0 && <li>Nobody is connected.</li>}
        </ol>
      </section>
    </div>
  );
}
