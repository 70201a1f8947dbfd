/**
 * The pages and what all of them stand in.
 */

import { Center, createTheme, Loader, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { SignInGate } from './components/identity/sign-in-gate.tsx';
import { Notices } from './components/notices/notices.tsx';
import { Refusal } from './net/index.ts';
import { ProjectsPage } from './pages/projects/page.tsx';

// The list comes first and fast; an open project, with its canvas, is the larger part.
const WorkspacePage = lazy(() => import('./pages/workspace/page.tsx'));
const AdminPage = lazy(() => import('./pages/admin/page.tsx'));
const SignInPage = lazy(() => import('./pages/sign-in/page.tsx'));

// The eighth shade: white on it can be read.
const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  defaultRadius: 'md',
  respectReducedMotion: true,
});

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => error instanceof Refusal && error.isPassing && failures < 5,
      staleTime: 2_000,
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Suspense fallback={<Waiting />}>
          <Switch>
            <Route path="/" component={ProjectsPage} />
            <Route path="/projects/:id">{({ id }) => <WorkspacePage key={id} projectId={id} />}</Route>
            <Route path="/sign-in" component={SignInPage} />
            <Route path={/^\/admin(?:\/.*)?$/}>
              <AdminPage />
            </Route>
            <Route>
              <Redirect to="/" replace />
            </Route>
          </Switch>
        </Suspense>
        <SignInGate />
        <Notices />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Waiting() {
  return (
    <Center h="100%">
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
