/**
 * Project files: one that people could have made, and one of many nodes.
 */

import type { TemplateSchema } from '@protocol';
import { Schema } from '../../src/core/index.ts';

/** A project file, as far as it is looked at here. */
export interface ProjectFile {
  readonly version: string;
  readonly name: string;
  readonly templates: readonly string[];
  readonly roots: readonly string[];
  readonly nodes: Readonly<Record<string, { readonly type: string; readonly properties: Values }>>;
}
type Values = Readonly<Record<string, unknown>>;

/** A node as it is written here; the file has them by their ids. */
interface Sketch {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties?: Values;
  readonly blockedBy?: string;
  readonly below?: readonly Sketch[];
}

/** The project file of some trees. */
export function fileOf(name: string, roots: readonly Sketch[]): ProjectFile {
  const nodes: Record<string, ProjectFile['nodes'][string]> = {};
  const add = ({ id, type, name, properties = {}, blockedBy, below = [] }: Sketch, parent: string | null) => {
    const children = below.map((child) => child.id);
    nodes[id] = { ...{ id, name, children, parent_id: parent, blocked_by: blockedBy }, type, properties };
    for (const child of below) add(child, id);
  };
  for (const root of roots) add(root, null);
  return { version: '1.0', name, templates: ['restomod.yaml'], roots: roots.map(({ id }) => id), nodes };
}

/** The file with options by their ids in the place of their names. */
export function withOptions(file: ProjectFile, template: TemplateSchema): ProjectFile {
  const schema = new Schema(template);
  const idOf = (type: string, property: string, value: unknown) =>
    schema.property(type, property)?.options?.find(({ name }) => name === value)?.id ?? value;
  const nodes = Object.entries(file.nodes).map(([id, node]) => {
    const values = Object.entries(node.properties);
    const properties = values.map(([property, value]) => [property, idOf(node.type, property, value)]);
    return [id, { ...node, properties: Object.fromEntries(properties) }];
  });
  return { ...file, nodes: Object.fromEntries(nodes) };
}

function node(
  type: string,
  id: string,
  name: string,
  properties: Record<string, unknown>,
  more: readonly Sketch[] | string = [],
): Sketch {
  if (typeof more === 'string') return { type, id, name, properties, blockedBy: more };
  return { type, id, name, properties, below: more };
}

const phase = (id: string, name: string, status: string, below: readonly Sketch[], start_date?: string) =>
  node('phase', id, name, start_date ? { status, start_date } : { status }, below);
const job = (id: string, name: string, priority: string, below: readonly Sketch[]) =>
  node('job', id, name, { priority }, below);
const task = (id: string, name: string, status: string, hours: number, blockedBy?: string): Sketch =>
  node('task', id, name, { status, estimated_hours: hours, cost: hours * 85 }, blockedBy ?? []);

/** A car taken apart: 26 nodes, some of which wait for others. */
export function mustang(): ProjectFile {
  const vehicle = { vehicle: 'Ford Mustang Fastback, 1967', vin: '7R02C164589', budget: 48_500 };
  const alternator = node('part', 'alternator', 'Alternator, 100 A', {
    status: 'Ordered',
    supplier: 'Northern Classics',
    sku: 'ALT-6710-100',
    cost: 289,
    quantity: 1,
  });
  return fileOf('Mustang 1967', [
    node('project_root', 'mustang', 'Mustang 1967', vehicle, [
      phase(
        'strip',
        'Strip down',
        'Done',
        [
          job('survey', 'Survey', 'Normal', [
            task('photos', 'Photograph every joint', 'Done', 6),
            task('rust', 'Map the rust', 'Done', 4),
          ]),
          job('parts', 'Parts store', 'Low', [task('label', 'Label and shelve', 'Done', 12)]),
        ],
        '2026-02-02',
      ),
      phase(
        'body',
        'Body and paint',
        'In progress',
        [
          job('floor', 'Floor pans', 'High', [
            task('cut', 'Cut out the old floor', 'Done', 14),
            task('weld', 'Weld in new pans', 'In progress', 30, 'cut'),
            task('seal', 'Seal and undercoat', 'Not started', 8, 'weld'),
          ]),
          job('paint', 'Paint', 'Normal', [
            task('prime', 'Prime and block sand', 'Blocked', 24, 'seal'),
            task('coat', 'Highland green, two coats', 'Not started', 18, 'prime'),
          ]),
        ],
        '2026-03-16',
      ),
      phase('drive', 'Engine and driveline', 'In progress', [
        job('engine', 'Small block 289', 'Normal', [
          task('heads', 'Rework the heads', 'In progress', 22),
          task('assemble', 'Assemble the engine', 'Blocked', 26, 'heads'),
        ]),
        job('brakes', 'Brakes', 'Safety', [
          task('discs', 'Disc conversion, front', 'Not started', 10),
          task('lines', 'Bend new lines', 'Not started', 7, 'discs'),
        ]),
      ]),
      phase(
        'wiring',
        'Wiring',
        'Not started',
        [
          job('loom', 'New loom', 'High', [
            node('task', 'charge', 'Charging circuit', { status: 'Not started', estimated_hours: 9 }, [
              alternator,
            ]),
          ]),
        ],
        '2026-06-01',
      ),
    ]),
  ]);
}

/** A project of so many nodes: a root, phases of a hundred nodes each. */
export function large(count: number): ProjectFile {
  const roots: Sketch[] = [];
  const phases: Sketch[] = [];
  for (let made = 1; made < count; made += 100) {
    const below: Sketch[] = [];
    for (let at = made + 1; at < Math.min(made + 100, count); at += 1) {
      below.push({ type: 'job', id: `node-${at}`, name: `Job ${at}`, properties: { priority: 'Normal' } });
    }
    phases.push({
      type: 'phase',
      id: `node-${made}`,
      name: `Phase ${made}`,
      properties: { status: 'Not started' },
      below,
    });
  }
  roots.push({ type: 'project_root', id: 'node-0', name: 'Works', properties: {}, below: phases });
  return fileOf('Works', roots);
}
