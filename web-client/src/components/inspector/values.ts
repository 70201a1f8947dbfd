/**
 * How values of each kind are written, read and found wanting. Pure.
 */

import type { PropertySchema } from '@protocol';
import type { PropertyKind } from '../../core/index.ts';

/** What became of what was typed: a value (undefined is none), or what is wrong with it. */
export type Parsed = { readonly value: unknown } | { readonly fault: string };

/** The kinds that are edited by typing. */
export type TypedKind = Exclude<PropertyKind, 'boolean' | 'select'>;

/** The editor that a property gets; what this client does not know is edited as text. */
export function kindOf({ type }: Pick<PropertySchema, 'type'>): PropertyKind {
  switch (type) {
    case 'number':
    case 'currency':
    case 'boolean':
    case 'date':
    case 'select':
      return type;
    default:
      return 'text';
  }
}

/** Reads what was typed. */
export function parse(kind: TypedKind, text: string): Parsed {
  if (text.trim() === '') return { value: undefined };
  switch (kind) {
    case 'number':
    case 'currency':
      return parseNumber(text);
    case 'date':
      return isDate(text.trim())
        ? { value: text.trim() }
        : { fault: 'Not a date: write it as year-month-day, such as 2026-05-31' };
    case 'text':
      return { value: text };
  }
}

/** Digits in groups of three or not, with a point before the fraction; a comma is one where it can be nothing else. */
function parseNumber(text: string): Parsed {
  const bare = text.trim().replace(/[\s_'’]/g, '');
  const ungrouped = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
  const pointed = /^[^.,]*,[^.,]*$/.test(ungrouped) ? ungrouped.replace(',', '.') : ungrouped;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(pointed)) return { fault: 'Not a number' };
  const value = Number(pointed);
  return Number.isFinite(value) ? { value } : { fault: 'Too large for a number' };
}

/** A day that is in the calendar, as templates write it. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 20 });

/** A value as its field shows it, and as it can be read again. */
export function format(kind: TypedKind, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return JSON.stringify(value);
  return kind === 'currency' ? money.format(value) : String(value);
}

/** What is wrong with a value that is there; null if nothing is. */
export function faultOf(property: PropertySchema, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  switch (kindOf(property)) {
    case 'number':
    case 'currency':
      return typeof value === 'number' ? null : 'This is not a number';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'This is neither yes nor no';
    case 'date':
      return typeof value === 'string' && isDate(value) ? null : 'This is not a date';
    case 'select':
      return property.options?.some(({ id, uuid }) => id === value || uuid === value)
        ? null
        : 'This is not among the options any more';
    case 'text':
      return typeof value === 'string' ? null : 'This is not a text';
  }
}

/** Whether a property lacks a value that clients insist on. */
export function isMissing(property: PropertySchema, value: unknown): boolean {
  return property.required && (value === undefined || value === null || value === '');
}

/** Whether two values are the same as JSON. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** A value for people, in one line: an option by its name. */
export function inWords(property: PropertySchema | undefined, value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  const option = property?.options?.find(({ id, uuid }) => id === value || uuid === value);
  if (option) return option.name;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
