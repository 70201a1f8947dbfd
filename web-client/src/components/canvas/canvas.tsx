/**
 * The project as a graph. What draws it is large and comes when it is needed.
 */

import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';

const Flow = lazy(() => import('./flow.tsx'));

export function Canvas() {
  return (
    <Suspense
      fallback={
        <Center h="100%">
          <Loader size="sm" aria-label="Loading the graph" />
        </Center>
      }
    >
      <Flow />
    </Suspense>
  );
}
