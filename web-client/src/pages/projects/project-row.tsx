/**
 * One project of the list: what it is, what happened in it last, and who is in there.
 */

import { Skeleton } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import type { ProjectSummary } from '@protocol';
import { Link } from 'wouter';
import { Ago } from '../../components/time/ago.tsx';
import { personName } from '../../state/person.ts';
import { useLastChange, useTemplates } from '../../state/projects.ts';
import { changeLine } from './change-line.ts';
import type { OpenDialog } from './open-dialog.ts';
import { PeopleIn } from './people-in.tsx';
import classes from './project-row.module.css';
import { ROW } from './row-focus.ts';
import { RowMenu } from './row-menu.tsx';
import { templateName } from './template-name.ts';

interface Props {
  project: ProjectSummary;
  onAct: (dialog: OpenDialog) => void;
}

export function ProjectRow({ project, onAct }: Props) {
  const { ref, inViewport } = useInViewport<HTMLLIElement>();
  return (
    <li ref={ref} className={classes.row}>
      <div className={classes.name}>
        <Link href={`/projects/${project.project_id}`} className={classes.link} {...{ [ROW]: '' }}>
          {project.name}
        </Link>
        <TemplateName id={project.template_id} />
      </div>
      <LastChange project={project} isWanted={inViewport} />
      <PeopleIn project={project} isWanted={inViewport} />
      <Ago at={project.updated_at} className={classes.time} />
      <RowMenu project={project} onAct={onAct} />
    </li>
  );
}

function TemplateName({ id }: { id: string }) {
  const { data } = useTemplates();
  return <span className={classes.quiet}>{templateName(id, data)}</span>;
}

function LastChange({ project, isWanted }: { project: ProjectSummary; isWanted: boolean }) {
  const change = useLastChange(project, isWanted);
  if (change === undefined) return <span className={classes.change} />;
  if (change === null) return <span className={classes.change}>No change yet</span>;
  const { author } = change;
  const line = changeLine(change);
  return (
    <span className={classes.change} title={line}>
      <span className={classes.summary}>{line}</span>
      <span className={classes.quiet}>{personName(author.user_id, author.name)}</span>
    </span>
  );
}

export function RowSkeleton() {
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <Skeleton height={14} width="55%" my={4} />
        <Skeleton height={10} width="30%" my={4} />
      </div>
      <span className={classes.change}>
        <Skeleton height={10} width="70%" />
      </span>
    </li>
  );
}
