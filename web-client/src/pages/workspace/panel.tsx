/**
 * A part of the window that may fail without the others: what is shown meanwhile, and what is shown then.
 */

import { Button, Center, Loader, Text } from '@mantine/core';
import { Component, type ReactNode, Suspense } from 'react';
import classes from './layout.module.css';

interface PanelProps {
  readonly children: ReactNode;
  /** What it is called where it fails: "The graph". */
  readonly name: string;
}

export class Panel extends Component<PanelProps, { failure: Error | null }> {
  override state: { failure: Error | null } = { failure: null };

  static getDerivedStateFromError(failure: unknown) {
    return { failure: failure instanceof Error ? failure : new Error(String(failure)) };
  }

  override render() {
    const { failure } = this.state;
    if (failure) {
      return (
        <div role="alert" className={classes.failed}>
          <Text fw={500}>{this.props.name} could not be shown</Text>
          <Text size="sm">{failure.message}</Text>
          <Button size="compact-sm" variant="default" onClick={() => this.setState({ failure: null })}>
            Try again
          </Button>
        </div>
      );
    }
    return <Suspense fallback={<Waiting name={this.props.name} />}>{this.props.children}</Suspense>;
  }
}

function Waiting({ name }: { readonly name: string }) {
  return (
    <Center h="100%">
      <Loader size="sm" aria-label={`${name} is being loaded`} />
    </Center>
  );
}
