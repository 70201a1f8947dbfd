/**
 * The server, for admins: how it is, what is loaded, who is connected, and what can be done about it.
 */

import { Badge, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link, Route, Switch } from 'wouter';
import { Brand } from '../../components/identity/brand.tsx';
import { UserMenu } from '../../components/identity/user-menu.tsx';
import { Refusal } from '../../net/index.ts';
import { useAlerts, useServerStatus } from '../../state/admin.ts';
import { Alerts } from './alerts.tsx';
import { Audit } from './audit.tsx';
import { Connections } from './connections.tsx';
import { Denied } from './denied.tsx';
import { Overview } from './overview.tsx';
import classes from './page.module.css';
import { PlaceLink } from './place-link.tsx';
import { SessionPage } from './session/page.tsx';
import { Sessions } from './sessions.tsx';

export default function AdminPage() {
  useDocumentTitle('Server · Graphroom');
  const status = useServerStatus();
  const isDenied = status.error instanceof Refusal && status.error.code === 'FORBIDDEN';
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Link href="/" className={classes.home} aria-label="Graphroom, all projects">
          <Brand />
        </Link>
        <Title order={1} size="h5" className={classes.title}>
          Server
        </Title>
        {!isDenied && <Freshness isLive={status.isSuccess && !status.isError} isPending={status.isPending} />}
        <span className={classes.space} />
        <UserMenu />
      </header>
      {isDenied ? (
        <Denied error={status.error} />
      ) : (
        <>
          <Places />
          <main className={classes.main}>
            <Shown />
          </main>
        </>
      )}
    </div>
  );
}

function Shown() {
  return (
    <Switch>
      <Route path="/admin" component={Overview} />
      <Route path="/admin/sessions" component={Sessions} />
      <Route path="/admin/sessions/:id/:part?">
        {({ id, part }) => <SessionPage key={id} sessionId={id} part={part} />}
      </Route>
      <Route path="/admin/connections" component={Connections} />
      <Route path="/admin/alerts" component={Alerts} />
      <Route path="/admin/audit" component={Audit} />
      <Route>
        <Text p="md">There is no such part of this page.</Text>
      </Route>
    </Switch>
  );
}

function Places() {
  const alerts = useAlerts();
  const open = alerts.data?.filter(({ resolved }) => !resolved).length ?? 0;
  return (
    <nav className={classes.places} aria-label="Parts">
      <PlaceLink href="/admin">Overview</PlaceLink>
      <PlaceLink href="/admin/sessions" isBranch>
        Sessions
      </PlaceLink>
      <PlaceLink href="/admin/connections">Connections</PlaceLink>
      <PlaceLink href="/admin/alerts">
        Alerts
        {open > 0 && (
          <Badge size="xs" color="red" variant="light" ml={6} aria-label={`${open} open`}>
            {open}
          </Badge>
        )}
      </PlaceLink>
      <PlaceLink href="/admin/audit">Audit</PlaceLink>
    </nav>
  );
}

/** Whether what is shown is what is. */
function Freshness({ isLive, isPending }: { isLive: boolean; isPending: boolean }) {
  if (isPending) return null;
  return (
    <Badge role="status" variant="light" color={isLive ? 'teal' : 'red'} size="sm">
      {isLive ? 'Live' : 'Not up to date'}
    </Badge>
  );
}
