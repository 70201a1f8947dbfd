/**
 * Where people go on after they signed in: a page of this client and nothing else, whatever the address says.
 */

/** The page that asks who somebody is, and where it goes on. */
export function signInAddress(next: string): string {
  const safe = nextAddress(next);
  return safe === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(safe)}`;
}

/** A link by which somebody becomes a user; what is behind `#` is sent to no server and stands in no log. */
export function invitationAddress(origin: string, invitation: string, next: string): string {
  return `${origin}${signInAddress(next)}#invitation=${invitation}`;
}

/** The invitation in the part of an address behind `#`. */
export function invitationIn(hash: string): string | undefined {
  const invitation = new URLSearchParams(hash.replace(/^#/, '')).get('invitation');
  return invitation && /^inv_[\w-]{43}$/.test(invitation) ? invitation : undefined;
}

/** A path of this client, with its query; `/` for what leads elsewhere or back to the sign-in. */
export function nextAddress(wanted: string | null): string {
  const here = 'http://here.invalid';
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, here)) return '/';
  const url = new URL(wanted, here);
  if (url.origin !== here || url.pathname === '/sign-in') return '/';
  // A path of two slashes is another host by the time that somebody goes there.
  if (url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search;
}
