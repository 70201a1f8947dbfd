/**
 * What is sent with a broadcast, as somebody writes it.
 */

/** The object that a text is, or why it is none. */
export function dataOf(text: string): { data: Record<string, unknown> } | { fault: string } {
  if (text.trim() === '') return { data: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { data: value as Record<string, unknown> };
    }
    return { fault: 'Write a JSON object: { … }' };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it ends too soon'}` };
  }
}
