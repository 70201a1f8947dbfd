/**
 * What a server says of its parts, in whichever of the forms: whether each is well, or in what state it is.
 */

export interface ComponentState {
  readonly name: string;
  readonly state: string;
  readonly isGood: boolean;
}

/** How it is with the parts, in the form of this server and of older ones. */
interface SystemState {
  readonly health?: {
    readonly components?: Readonly<Record<string, unknown>>;
    readonly component_health?: Readonly<Record<string, unknown>>;
  };
}

const GOOD = new Set(['healthy', 'ok', 'ready', 'up', 'disabled', 'off']);

/** What older clients call some of them. */
const OLDER_NAMES = new Set(['redis', 'websocket', 'ai_service', 'chat_processor', 'context_engine']);

export function componentsOf({ health }: SystemState): ComponentState[] {
  const all = Object.entries(health?.components ?? health?.component_health ?? {});
  return all
    .filter(([name]) => !OLDER_NAMES.has(name))
    .map(([name, value]) => {
      const state = stateOf(value);
      return { name: name.replaceAll('_', ' '), state, isGood: GOOD.has(state) };
    });
}

function stateOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'healthy' : 'unhealthy';
  if (typeof value === 'string') return value;
  const { status, healthy } = (value ?? {}) as { status?: unknown; healthy?: unknown };
  return typeof status === 'string' ? status : stateOf(healthy === true);
}
