/**
 * The roles, and what each may do.
 */

import type { MemberRole, MemberView } from '@protocol';

export interface RoleText {
  readonly value: MemberRole;
  readonly label: string;
  readonly may: string;
}

/** From the least on. */
export const ROLES: readonly RoleText[] = [
  { value: 'viewer', label: 'Viewer', may: 'Sees everything, changes nothing.' },
  { value: 'commenter', label: 'Commenter', may: 'Sees everything; writes messages once there are any.' },
  { value: 'editor', label: 'Editor', may: 'Changes the graph, undoes, restores, renames.' },
  { value: 'owner', label: 'Owner', may: 'Also says who is what, invites, and deletes the project.' },
];

/** A role that the server says; one that is not known here is shown as it is. */
export function roleLabel(role: string | null | undefined): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role ?? 'No role';
}

export function asRole(text: string | null): MemberRole | undefined {
  return ROLES.find(({ value }) => value === text)?.value;
}

/** How long an invitation counts, in seconds; the server takes 30 days at most. */
export const LIFETIMES: readonly { value: string; label: string }[] = [
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
];

/** Whether somebody may say who is what. Who is no member and sees the members all the same is an admin. */
export function maySay(userId: string, members: readonly MemberView[]): boolean {
  const role = members.find((member) => member.user_id === userId)?.role;
  return role === undefined || role === 'owner';
}
