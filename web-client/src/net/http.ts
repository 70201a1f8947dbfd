/**
 * Requests to one server as one person, and what their refusals say. Which routes there are is not known here.
 */

import type { ErrorBody, ErrorCode } from '@protocol';
import { type Credentials, headersOf } from './credentials.ts';
import { Refusal } from './refusal.ts';

type Query = Record<string, string | number | boolean | undefined>;

/** How much of a body was sent, from 0 to 1. */
export type Progress = (part: number) => void;

export interface Request {
  method?: string;
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Whether to say nothing of who calls: who is about to prove it shows nothing older, which may not count any more. */
  asNobody?: boolean;
}

/** Hears of every refusal for want of proof, with the credentials that did not count. */
export type Unproved = (credentials: Credentials) => void;

export class Http {
  readonly #base: string;
  readonly #credentials: () => Credentials;
  readonly #unproved: Unproved | undefined;

  constructor(base: string, credentials: () => Credentials, unproved?: Unproved) {
    this.#base = base;
    this.#credentials = credentials;
    this.#unproved = unproved;
  }

  async json<Answer>(path: string, request: Request = {}): Promise<Answer> {
    const response = await this.call(path, request);
    return (await response.json()) as Answer;
  }

  async call(path: string, request: Request): Promise<Response> {
    const { method = 'GET', query = {}, body, signal, asNobody } = request;
    const credentials = this.#credentials();
    const headers: Record<string, string> = asNobody ? {} : headersOf(credentials);
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = {
      method,
      headers,
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      signal,
    };
    const response = await fetch(this.#address(path, query), init).catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      throw unreachable();
    });
    if (response.ok) return response;
    const error = errorOf(response.status, await response.text(), response.headers.get('retry-after'));
    throw this.#refusal(path, credentials, error);
  }

  /** Posts a file and says how far it got, which `fetch` cannot; browsers only. */
  upload<Answer>(path: string, file: Blob, progress: Progress, { query = {}, signal }: Request) {
    const credentials = this.#credentials();
    return new Promise<Answer>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', this.#address(path, query));
      for (const [name, value] of Object.entries(headersOf(credentials)))
        request.setRequestHeader(name, value);
      request.setRequestHeader('content-type', 'application/json');
      request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 1);
      request.upload.onload = () => progress(1);
      request.onerror = () => reject(unreachable());
      request.onabort = () => reject(new DOMException('The upload was ended', 'AbortError'));
      request.onload = () => {
        const { status, responseText } = request;
        if (status >= 200 && status < 300) resolve(JSON.parse(responseText) as Answer);
        else {
          const error = errorOf(status, responseText, request.getResponseHeader('retry-after'));
          reject(this.#refusal(path, credentials, error));
        }
      };
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      if (signal?.aborted) reject(new DOMException('The upload was ended', 'AbortError'));
      else request.send(file);
    });
  }

  #address(path: string, query: Query): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return `${this.#base}${path}${search.size > 0 ? `?${search}` : ''}`;
  }

  #refusal(path: string, credentials: Credentials, error: ErrorBody): Refusal {
    // A wrong password is no news of the proof that this client shows elsewhere.
    if (error.code === 'UNAUTHENTICATED' && !path.startsWith('/auth/')) this.#unproved?.(credentials);
    return new Refusal(error);
  }
}

function unreachable(): Refusal {
  return new Refusal({ code: 'UNREACHABLE', message: 'The server cannot be reached' });
}

/** What a refusal says, in whichever of its forms its route has. */
export function errorOf(status: number, text: string, retryAfter: string | null): ErrorBody {
  const wait = Number(retryAfter) > 0 ? { retry_after_ms: Number(retryAfter) * 1_000 } : undefined;
  try {
    const body = JSON.parse(text) as { error?: ErrorBody; detail?: unknown; code?: ErrorCode };
    if (body.error) return { ...body.error, details: body.error.details ?? wait };
    const message = messageOf(body.detail);
    if (message && body.code) return { code: body.code, message, details: wait };
  } catch {
    // A proxy in between answers with pages of its own.
  }
  return { code: 'INTERNAL', message: `The server answered ${status}`, details: wait };
}

/** A text or, of a body that is not as it should be, a list of what is wrong with it. */
function messageOf(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return undefined;
  const lines = detail.map((fault: { msg?: unknown } | null) => fault?.msg);
  return lines.filter((line) => typeof line === 'string').join('. ') || undefined;
}
