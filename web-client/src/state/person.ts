/**
 * How somebody is shown in little space.
 */

/** What people call somebody; who gave no name is told by what the id says. */
export function personName(userId: string, name?: string | null): string {
  if (name?.trim()) return name.trim();
  if (userId === 'anonymous:rest') return 'A program';
  if (userId === 'anonymous:command-line') return 'The command line';
  return userId.startsWith('anonymous:') ? 'Somebody' : userId;
}

/** One or two letters for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (
    letters
      .map((word) => Array.from(word ?? '')[0] ?? '')
      .join('')
      .toUpperCase() || '?'
  );
}

/** Black or white, whichever can be read better on a colour `#rrggbb`. */
export function inkOn(color: string): '#000' | '#fff' {
  const light = luminance(color);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? '#000' : '#fff';
}

/** The relative luminance of WCAG 2. */
export function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
