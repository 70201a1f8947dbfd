/**
 * The dialog that makes a project of a file: what is wrong with the file, or what would come of it.
 */

import { Alert, Button, Group, Progress, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { useTemplates } from '../../state/projects.ts';
import classes from './import-dialog.module.css';
import { type ReadReport, readReport, sizeInWords } from './import-report.ts';
import { type Step, useImport } from './use-import.ts';

export default function ImportDialog({ file, onClose }: { file: File; onClose: () => void }) {
  const [, go] = useLocation();
  const { step, check, start } = useImport(file, (projectId) => go(`/projects/${projectId}`));
  return (
    <Dialog onClose={onClose} title="Import a project" size="lg" closeOnClickOutside={false}>
      <Stack gap="sm">
        <Text size="sm" className={classes.file}>
          <b>{file.name}</b>, {sizeInWords(file.size)}
        </Text>
        {(step.at === 'checking' || step.at === 'importing') && <Working step={step} onCancel={onClose} />}
        {step.at === 'failed' && <Failed reason={step.reason} onAgain={check} onClose={onClose} />}
        {step.at === 'report' && (
          <Report step={step} onStart={(name) => void start(step.report, name)} onClose={onClose} />
        )}
      </Stack>
    </Dialog>
  );
}

function Working({ step, onCancel }: { step: Step & { part: number }; onCancel: () => void }) {
  const isSent = step.part >= 1;
  const now = step.at === 'checking' ? 'The server checks the file' : 'The server makes the project';
  const text = isSent ? `${now}…` : `Sending… ${Math.round(step.part * 100)} %`;
  return (
    <>
      <div className={classes.working}>
        <Text size="sm" mb={6} aria-live="polite">
          {text}
        </Text>
        <Progress value={isSent ? 100 : step.part * 100} animated={isSent} aria-label={text} />
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </>
  );
}

interface FailedProps {
  reason: string;
  onAgain: () => unknown;
  onClose: () => void;
}

function Failed({ reason, onAgain, onClose }: FailedProps) {
  return (
    <>
      <Alert color="red" title="The file could not be checked" role="alert">
        {reason}
      </Alert>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button onClick={() => void onAgain()}>Try again</Button>
      </Group>
    </>
  );
}

interface ReportProps {
  step: Step & { at: 'report' };
  onStart: (name: string) => void;
  onClose: () => void;
}

function Report({ step: { report, refused }, onStart, onClose }: ReportProps) {
  const { data: templates } = useTemplates();
  const [name, setName] = useState(report.name ?? '');
  const read = readReport(report, templates);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) onStart(name.trim());
  };
  if (!read.isGood) return <Faults read={read} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Alert color="teal" icon={<IconCircleCheck />} p="sm" role="status">
          {read.headline}
        </Alert>
        <TextInput
          label="Name of the project"
          value={name}
          maxLength={256}
          data-autofocus
          autoFocus
          autoComplete="off"
          error={name.trim() ? undefined : 'Write a name'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {refused && (
          <Alert color="red" title="The project was not made" role="alert">
            {refused}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!name.trim()}>
            Import and open
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Faults({ read, onClose }: { read: ReadReport; onClose: () => void }) {
  return (
    <>
      <Alert color="red" title={read.headline} role="alert">
        Nothing was made. Mend the file, then import it again.
      </Alert>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className={classes.faults} aria-label="What is wrong with the file" tabIndex={0}>
        <ul>
          {read.faults.map(({ place, message }) => (
            <li key={`${place} ${message}`}>
              <code>{place}</code>
              <span>{message}</span>
            </li>
          ))}
        </ul>
        {read.more && <Text size="sm">{read.more}</Text>}
      </section>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}
