/**
 * What the server refused, as an error that can be thrown.
 */

import type { ErrorBody, ErrorCode } from '@protocol';

/** A request that was refused; `code` is stable, the message is for people. */
export class Refusal extends Error {
  readonly code: ErrorCode | 'UNREACHABLE';
  readonly details: unknown;

  constructor({
    code,
    message,
    details,
  }: Pick<ErrorBody, 'message' | 'details'> & { code: ErrorCode | 'UNREACHABLE' }) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }

  /** Whether the same may succeed later without anybody doing anything. */
  get isPassing(): boolean {
    return PASSING.has(this.code);
  }

  /** How long the server asks to wait, in milliseconds. */
  get retryAfter(): number | undefined {
    const details = this.details as { retry_after_ms?: unknown } | null | undefined;
    return typeof details?.retry_after_ms === 'number' ? details.retry_after_ms : undefined;
  }
}

const PASSING: ReadonlySet<string> = new Set<Refusal['code']>([
  'BUSY',
  'RATE_LIMITED',
  'STORE_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'SHUTTING_DOWN',
  'SESSION_LIMIT',
  'CONNECTION_LIMIT',
  'UNREACHABLE',
]);
