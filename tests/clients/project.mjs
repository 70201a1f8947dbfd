// A project of a test's own, and what commands do in it over REST. Not a test by itself.

import assert from 'node:assert/strict';
import { execute, post, readGraph } from './support.mjs';

/** A project and what its tests do in it, over REST. */
export class Project {
  static async make(strict = false) {
    const body = { template_id: 'restomod', project_name: 'Commands', strict };
    const { json } = await post('/api/v1/projects', body);
    return Object.assign(new Project(), json, { root_id: json.graph.roots[0].id });
  }

  execute(command_type, data) {
    return execute(this.session_id, command_type, data);
  }

  /** Carries out a command that must be accepted, and gives its answer. */
  async does(command_type, data) {
    const { status, json } = await this.execute(command_type, data);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  /** Makes a node, and gives it as the answer's graph shows it. */
  async make(data) {
    const { node_id, graph } = await this.does('CreateNode', data);
    return find(graph.roots, node_id);
  }

  /** Holds a command to its refusal. */
  async refuses(command_type, data, code, status = 400) {
    const answer = await this.execute(command_type, data);
    assert.deepEqual([answer.status, answer.json.error?.code], [status, code], JSON.stringify(answer.json));
    return answer.json.error;
  }

  /** Makes a node, and gives its id. */
  async add(parent_id, blueprint_type_id, name) {
    return (await this.does('CreateNode', { parent_id, blueprint_type_id, name })).node_id;
  }

  /** A node as it is now. */
  async node(id) {
    return find((await readGraph(this.session_id)).graph.roots, id);
  }

  undo() {
    return post(`/api/v1/sessions/${this.session_id}/undo`);
  }

  redo() {
    return post(`/api/v1/sessions/${this.session_id}/redo`);
  }
}

function find(nodes, id) {
  const below = (node) => [node, ...node.children.flatMap(below)];
  return nodes.flatMap(below).find((node) => node.id === id);
}
