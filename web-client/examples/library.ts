/**
 * The client library, in Node: `npx tsx examples/library.ts http://127.0.0.1:5000`.
 */

import { Api, newId, Refusal, Session } from '../src/net/index.ts';

export async function main(url: string, print: (line: string) => void = console.log): Promise<void> {
  // Who calls: asked before every call and every connect, so that it may change.
  const credentials = () => ({ userId: 'ada', name: 'Ada' });

  // Routes. Whatever is refused is thrown as a Refusal, with a stable code.
  const api = new Api(url, credentials);
  const project = await api.createProject('restomod', 'Mustang');
  const root = project.graph.roots[0]!.id;

  // A session: it joins, stays up to date, and comes back after every break.
  const session = new Session({ url, sessionId: project.session_id, credentials });
  session.on('status', (status) => print(`status: ${status}`));
  await session.open();
  await live(session);

  // The replica is the graph as it is shown: what the server confirmed, and what was wished for since.
  session.replica.subscribe(() => print(`phases: ${names(session, root)}`));

  // A command shows at once, and is sent until it is answered.
  const phase = newId();
  const answer = session.execute({
    command_type: 'CreateNode',
    data: { node_id: phase, parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  });
  print(`shown before it is answered: ${session.replica.node(phase)?.name}`);
  await answer;

  // What is refused is taken back, with the reason.
  try {
    await session.execute({ command_type: 'DeleteNode', data: { node_id: newId() } });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    print(`refused: ${error.code}`);
  }

  await session.undo();
  print(`after the undo: ${session.replica.children(root).length} phases`);
  session.close();
}

/** Waits until the graph is here. */
async function live(session: Session): Promise<void> {
  if (session.status === 'live') return;
  await new Promise<void>((resolve) => {
    session.on('status', (status) => status === 'live' && resolve());
  });
}

function names(session: Session, parentId: string): string {
  return session.replica
    .children(parentId)
    .map((id) => session.replica.node(id)?.name)
    .join(', ');
}

const url = process.argv[2];
if (url?.startsWith('http')) await main(url);
