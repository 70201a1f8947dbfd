// A project with something in it for every command, and its events as short lines. Not a test by itself.

import { execute, createProject } from './support.mjs';

/** The older names that come right behind the canonical ones on /graph. */
const OLDER = {
  'command:executing': 'command-executing',
  'command:executed': 'command-executed',
  'command:undo': 'undo',
  'command:redo': 'redo',
};

/** A project of phases A and B, A with the jobs A1 and A2; A has a start date. `ids` gives ids by name. */
export async function garden() {
  const { session_id, root_id } = await createProject();
  const ids = { root: root_id };
  const add = async (name, parent_id, blueprint_type_id) => {
    const made = await execute(session_id, 'CreateNode', { parent_id, blueprint_type_id, name });
    ids[name] = made.json.node_id;
  };
  await add('A', root_id, 'phase');
  await add('B', root_id, 'phase');
  await add('A1', ids.A, 'job');
  await add('A2', ids.A, 'job');
  const start = { node_id: ids.A, property_id: 'start_date', new_value: '2027-03-01' };
  const { json } = await execute(session_id, 'UpdateProperty', start);
  return { session_id, ids, seq: json.seq };
}

/** A graph event as a line, with the names of nodes; those that nobody named are `new`. */
function line(payload, ids) {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const name = (id) => (id === null ? 'nobody' : (names.get(id) ?? 'new'));
  const { node_id, child_id, parent_id, index, property_id, old_value, new_value } = payload;
  switch (payload.event) {
    case 'node-created':
      return `created ${name(node_id)} in ${name(parent_id)} at ${index}`;
    case 'node-deleted':
      return `deleted ${payload.node_ids.map(name).join(' ')} from ${name(parent_id)}`;
    case 'node-updated':
      return `renamed ${name(node_id)} to ${payload.name} from ${payload.old_name}`;
    case 'property-changed':
      return `changed ${name(node_id)}.${property_id} to ${new_value} from ${old_value}`;
    case 'property-deleted':
      return `cleared ${name(node_id)}.${property_id} from ${old_value}`;
    case 'node-unlinked':
      return `unlinked ${name(child_id)} from ${name(parent_id)} at ${index}`;
    case 'node-linked':
      return `linked ${name(child_id)} to ${name(parent_id)} at ${index}`;
    case 'blocking-changed': {
      const { blocked_node_id, blocking_node_id, old_blocking_node_id } = payload;
      return `${name(blocked_node_id)} waits for ${name(blocking_node_id)}, not ${name(old_blocking_node_id)}`;
    }
    case 'template-adopted':
      return `adopted ${payload.template_id} ${payload.version}`;
    default:
      return payload.event;
  }
}

/** What `client` was told about one command: graph events as lines, the others by their names. */
export function linesOf(client, command_id, ids) {
  const about = client.log.filter(({ name, payload }) => name && payload?.command_id === command_id);
  return about.map(({ name, payload }) => ('seq' in payload ? line(payload, ids) : name));
}

/** What a member on /graph is told where one on / is told `lines`: the older names, too. */
export const withOlderNames = (lines) => lines.flatMap((told) => (OLDER[told] ? [told, OLDER[told]] : [told]));
