/**
 * Nothing but `fetch`: changes a project and follows what others do. `node rest.mjs http://127.0.0.1:5000`
 */

export async function main(url, print = console.log) {
  /** Calls a route; an answer that is no success is thrown. */
  async function call(method, path, body) {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-graphroom-user': 'ada' },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    return answer;
  }

  const project = await call('POST', '/projects', { template_id: 'restomod', project_name: 'Mustang' });
  const { session_id, project_id } = project;
  const root = project.graph.roots[0].id;
  const { epoch, seq } = await call('GET', `/sessions/${session_id}/graph`);

  const made = await call('POST', '/commands/execute?graph=none', {
    session_id,
    // A request that got no answer can be sent again under the same name, and happens once.
    command_id: crypto.randomUUID(),
    command_type: 'CreateNode',
    data: { parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  });
  print(`made a node, event ${made.seq}`);
  await call('POST', '/commands/execute?graph=none', {
    session_id,
    command_type: 'UpdateProperty',
    data: { node_id: made.node_id, property_id: 'start_date', new_value: '2026-03-01' },
  });

  // Everything since the graph was read; `wait` holds the answer back until something happens.
  const page = await call('GET', `/sessions/${session_id}/events?since=${epoch}:${seq}&wait=10`);
  for (const event of page.events) print(`${event.seq} ${event.event}`);

  const undone = await call('POST', `/sessions/${session_id}/undo?graph=none`);
  print(`undone, event ${undone.seq}`);
  const { entries } = await call('GET', `/projects/${project_id}/history`);
  for (const entry of entries) print(`${entry.author.user_id}: ${entry.summary}`);
  await call('POST', '/commands/execute', {
    session_id,
    command_type: 'DeleteNode',
    data: { node_id: crypto.randomUUID() },
  }).catch((error) => print(`refused: ${error.message.split(':')[0]}`));
}

if (process.argv[2]?.startsWith('http')) await main(process.argv[2]);
