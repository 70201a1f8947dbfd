/**
 * Who is what in a project, and who is invited.
 */

import type { MemberRole } from '@protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './server.ts';

const members = (projectId: string) => ['members', projectId] as const;
const invitations = (projectId: string) => ['invitations', projectId] as const;

export function useMembers(projectId: string) {
  return useQuery({
    queryKey: members(projectId),
    queryFn: async () => (await api.members(projectId)).members,
    retry: false,
  });
}

/** Invitations that nobody has used yet; asked for when it is clear that this person may see them. */
export function useInvitations(projectId: string, isWanted: boolean) {
  return useQuery({
    queryKey: invitations(projectId),
    queryFn: async () => (await api.invitations(projectId)).invitations,
    enabled: isWanted,
  });
}

/** Says what somebody is in the project; nothing takes them out. */
export function useSetRole(projectId: string) {
  return useChange(members(projectId), ({ userId, role }: { userId: string; role: MemberRole | null }) =>
    role ? api.setMember(projectId, userId, role) : api.removeMember(projectId, userId),
  );
}

export function useInvite(projectId: string) {
  return useChange(invitations(projectId), ({ role, seconds }: { role: MemberRole; seconds: number }) =>
    api.invite(projectId, role, seconds),
  );
}

export function useTakeBackInvitation(projectId: string) {
  return useChange(invitations(projectId), (invitationId: string) =>
    api.takeBackInvitation(projectId, invitationId),
  );
}

/** Changes something, and reads again what was changed, also if it was refused: it may be another by now. */
function useChange<Wish, Answer>(key: readonly string[], change: (wish: Wish) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
