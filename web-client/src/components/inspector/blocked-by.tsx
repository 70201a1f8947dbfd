/**
 * What a node waits for: found by a part of its name.
 */

import { ActionIcon, Combobox, InputBase, useCombobox } from '@mantine/core';
import { IconArrowUpRight, IconX } from '@tabler/icons-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { faultKey, faults } from '../../state/faults.ts';
import { useNode, useWorkspace } from '../../state/hooks.ts';
import { reveal } from '../../state/workspace.ts';
import { Field } from './field.tsx';
import { findNodes, pathOf, waitsFor } from './find-nodes.ts';
import classes from './inspector.module.css';
import { FIELD_CLASSES } from './text-field.tsx';
import { useGiving } from './use-writing.ts';

/** What the fault and the presence of this field are kept under. */
const FIELD = 'blocked_by';
/** So many nodes are offered. */
const OFFERED = 50;

interface BlockedByProps {
  readonly nodeId: string;
  readonly blockedBy: string | null;
  readonly isReadOnly: boolean;
}

export const BlockedBy = memo(function BlockedBy({ nodeId, blockedBy, isReadOnly }: BlockedByProps) {
  const workspace = useWorkspace();
  const other = useNode(blockedBy);
  const fault = useStore(faults, ({ all }) => all.get(faultKey(nodeId, FIELD)));
  const giveHere = useGiving(nodeId, FIELD);
  const [search, setSearch] = useState<string | null>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const block = (id: string | null) =>
    giveHere(
      { command_type: 'UpdateBlockingRelationship', data: { blocked_node_id: nodeId, blocking_node_id: id } },
      '',
    );
  const close = () => {
    setSearch(null);
    combobox.closeDropdown();
  };
  return (
    <Field nodeId={nodeId} propertyId={FIELD}>
      <Combobox
        store={combobox}
        shadow="md"
        withinPortal
        onOptionSubmit={(id) => {
          block(id);
          close();
        }}
      >
        <Combobox.Target>
          <InputBase
            label="Blocked by"
            placeholder={isReadOnly ? '–' : 'Nothing'}
            classNames={FIELD_CLASSES}
            error={fault?.message}
            readOnly={isReadOnly}
            autoComplete="off"
            data-unchanged={search === null}
            value={search ?? other?.name ?? ''}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              combobox.openDropdown();
            }}
            onClick={() => !isReadOnly && combobox.openDropdown()}
            onBlur={close}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              close();
            }}
            rightSectionWidth={other && !isReadOnly ? 52 : 28}
            rightSection={
              other && (
                <>
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={`Go to ${other.name}`}
                    onClick={() => reveal(workspace, other.id)}
                  >
                    <IconArrowUpRight size={14} />
                  </ActionIcon>
                  {!isReadOnly && (
                    <ActionIcon
                      size={24}
                      variant="subtle"
                      color="gray"
                      aria-label="Wait for nothing"
                      onClick={() => block(null)}
                    >
                      <IconX size={14} />
                    </ActionIcon>
                  )}
                </>
              )
            }
          />
        </Combobox.Target>
        <Combobox.Dropdown>
          {combobox.dropdownOpened && (
            <Candidates
              nodeId={nodeId}
              search={search ?? ''}
              onFound={search === null ? undefined : combobox.selectFirstOption}
            />
          )}
        </Combobox.Dropdown>
      </Combobox>
    </Field>
  );
});

/** Looked for as long as the list is open only, and behind what is typed. */
interface CandidatesProps {
  readonly nodeId: string;
  readonly search: string;
  /** Others are offered: Enter is to take the first of them. */
  readonly onFound: (() => unknown) | undefined;
}

function Candidates({ nodeId, search, onFound }: CandidatesProps) {
  const { graph } = useWorkspace();
  const text = useDeferredValue(search);
  const found = useMemo(
    () => findNodes(graph, text, OFFERED, ({ id }) => !waitsFor(graph, id, nodeId)),
    [graph, text, nodeId],
  );
  const foundRef = useRef(onFound);
  foundRef.current = onFound;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found is what it is about
  useEffect(() => {
    foundRef.current?.();
  }, [found]);
  return (
    <Combobox.Options mah={280} style={{ overflowY: 'auto' }}>
      {found.length === 0 && <Combobox.Empty>No such node, or it waits for this one</Combobox.Empty>}
      {found.map((node) => (
        <Combobox.Option key={node.id} value={node.id}>
          <span className={classes.candidate}>{node.name}</span>
          <span className={classes.path}>{pathOf(graph, node)}</span>
        </Combobox.Option>
      ))}
      {found.length === OFFERED && (
        <Combobox.Footer className={classes.path}>Type to find others</Combobox.Footer>
      )}
    </Combobox.Options>
  );
}
