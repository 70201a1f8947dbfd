/**
 * The dialog that makes a project: a template, a name, and how strict it is.
 */

import { Alert, Button, Group, Radio, Skeleton, Switch, Text, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { make, refreshProjects, useTemplates } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';
import classes from './new-project.module.css';
import { TemplatePreview } from './template-preview.tsx';

export default function NewProject({ onClose }: { onClose: () => void }) {
  const isSmall = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  return (
    <Dialog onClose={onClose} title="New project" size={960} fullScreen={isSmall}>
      <Form onClose={onClose} />
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const templates = useTemplates();
  const [chosen, choose] = useState<string>();
  const [name, setName] = useState('');
  const [isStrict, setStrict] = useState(false);
  const templateId = chosen ?? templates.data?.[0]?.id;
  const making = useMutation({
    mutationFn: make,
    onSuccess: (project) => {
      void refreshProjects(queries);
      go(`/projects/${project.project_id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (templateId && name.trim()) making.mutate({ templateId, name: name.trim(), isStrict });
  };
  const error = making.error ?? templates.error;
  return (
    <form className={classes.form} onSubmit={submit}>
      <div className={classes.choice}>
        <TextInput
          label="Name"
          placeholder="What is it about?"
          value={name}
          maxLength={256}
          data-autofocus
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Templates chosen={templateId} onChoose={choose} templates={templates.data} />
        <Switch
          label="Strict"
          description="Edits that the template does not allow are refused. When this is off, the server’s own setting counts."
          checked={isStrict}
          onChange={(event) => setStrict(event.currentTarget.checked)}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className={classes.preview} aria-label="What the template brings" tabIndex={0}>
        <TemplatePreview id={templateId} />
      </section>
      <div className={classes.foot}>
        {error && (
          <Alert color="red" role="alert" mb="sm" p="sm">
            {reasonOf(error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending} disabled={!templateId || !name.trim()}>
            Make the project
          </Button>
        </Group>
      </div>
    </form>
  );
}

interface TemplatesProps {
  chosen: string | undefined;
  onChoose: (id: string) => void;
  templates: readonly { id: string; name: string; description: string }[] | undefined;
}

function Templates({ chosen, onChoose, templates }: TemplatesProps) {
  if (!templates) return <Skeleton height={200} />;
  return (
    <Radio.Group label="Template" value={chosen ?? null} onChange={onChoose}>
      <div className={classes.templates}>
        {templates.map(({ id, name, description }) => (
          <Radio.Card key={id} value={id} className={classes.template}>
            <Radio.Indicator className={classes.dot} />
            <div>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" className={classes.quiet}>
                {description}
              </Text>
            </div>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
