/**
 * What a template brings: its node types, what may stand below what, and what is written down of each.
 */

import { Alert, Skeleton, Text } from '@mantine/core';
import type { NodeTypeSchema, PropertySchema } from '@protocol';
import {
  IconAbc,
  IconCalendar,
  IconCoin,
  IconHash,
  IconListCheck,
  IconToggleLeft,
  type TablerIcon,
} from '@tabler/icons-react';
import { TypeIcon } from '../../components/type-icon/type-icon.tsx';
import { useTemplateSchema } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';
import classes from './template-preview.module.css';
import { type TypeBranch, typeTree } from './type-tree.ts';

export function TemplatePreview({ id }: { id: string | undefined }) {
  const { data, error } = useTemplateSchema(id);
  if (error) {
    return (
      <Alert color="red" title="The template could not be read">
        {reasonOf(error)}
      </Alert>
    );
  }
  if (!data) return <Waiting />;
  return (
    <>
      <Text size="sm" mb="sm">
        {data.description}
      </Text>
      <Branches branches={typeTree(data)} isTop />
    </>
  );
}

function Branches({ branches, isTop = false }: { branches: readonly TypeBranch[]; isTop?: boolean }) {
  return (
    <ul className={isTop ? classes.top : classes.below}>
      {branches.map(({ type, below, also }) => (
        <li key={type.id}>
          <Type type={type} also={also} />
          {below.length > 0 && <Branches branches={below} />}
        </li>
      ))}
    </ul>
  );
}

function Type({ type, also }: { type: NodeTypeSchema; also: readonly string[] }) {
  return (
    <div className={classes.type}>
      <span className={classes.icon}>
        <TypeIcon iconId={type.icon_id} />
      </span>
      <div className={classes.about}>
        <span className={classes.name}>{type.name}</span>
        <span className={classes.description}>{type.description}</span>
        {type.properties.length > 0 && (
          <ul className={classes.properties} aria-label={`Properties of ${type.name}`}>
            {type.properties.map((property) => (
              <Property key={property.id} property={property} />
            ))}
          </ul>
        )}
        {also.length > 0 && <span className={classes.description}>Also below it: {also.join(', ')}</span>}
      </div>
    </div>
  );
}

const KINDS: Readonly<Record<string, TablerIcon>> = {
  number: IconHash,
  currency: IconCoin,
  boolean: IconToggleLeft,
  date: IconCalendar,
  select: IconListCheck,
};

function Property({ property: { name, type, required, options } }: { property: PropertySchema }) {
  const Kind = KINDS[type] ?? IconAbc;
  const choices = options?.map((option) => option.name).join(', ');
  const title = `${name}: ${choices ?? type}${required ? ', required' : ''}`;
  return (
    <li className={classes.property} title={title}>
      <Kind size={12} aria-hidden />
      {name}
      {required && <span aria-hidden>*</span>}
    </li>
  );
}

function Waiting() {
  return (
    <div aria-busy>
      {[80, 45, 60, 55, 40].map((width) => (
        <Skeleton key={width} height={16} width={`${width}%`} mb="md" />
      ))}
    </div>
  );
}
