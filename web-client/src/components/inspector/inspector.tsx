/**
 * The properties of the node that is selected.
 */

import { useNode, useView } from '../../state/hooks.ts';

export function Inspector() {
  const node = useNode(useView(({ selection }) => selection.at(-1)));
  return <p>{node?.name}</p>;
}
