/**
 * An open project: its outline, its canvas, and what is selected in them.
 */

import { Alert, Center, Container, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Refusal } from '../../net/index.ts';
import { WorkspaceContext } from '../../state/hooks.ts';
import { openWorkspace, type Workspace } from '../../state/workspace.ts';
import { Layout } from './layout.tsx';

export default function WorkspacePage({ projectId }: { projectId: string }) {
  const [opened, setOpened] = useState<Workspace | Refusal | null>(null);
  useEffect(() => {
    let isWanted = true;
    let workspace: Workspace | undefined;
    openWorkspace(projectId).then(
      (open) => {
        workspace = open;
        if (isWanted) setOpened(open);
        else open.close();
      },
      (error: unknown) => {
        if (isWanted && error instanceof Refusal) setOpened(error);
      },
    );
    return () => {
      isWanted = false;
      workspace?.close();
    };
  }, [projectId]);

  if (opened instanceof Refusal) return <NotOpened refusal={opened} />;
  if (!opened) {
    return (
      <Center h="100%">
        <Loader aria-label="Opening the project" />
      </Center>
    );
  }
  return (
    <WorkspaceContext value={opened}>
      <Layout />
    </WorkspaceContext>
  );
}

function NotOpened({ refusal }: { refusal: Refusal }) {
  return (
    <Container component="main" size="sm" py="xl">
      <Alert color="red" title="The project could not be opened">
        {refusal.message}
      </Alert>
    </Container>
  );
}
