/**
 * The project as a tree.
 */

import { useChildren, useNode } from '../../state/hooks.ts';

export function Outline() {
  return <Branch parentId={null} />;
}

function Branch({ parentId }: { parentId: string | null }) {
  const children = useChildren(parentId);
  return (
    <ul>
      {children.map((id) => (
        <Item key={id} id={id} />
      ))}
    </ul>
  );
}

function Item({ id }: { id: string }) {
  const node = useNode(id);
  return (
    <li>
      {node?.name}
      <Branch parentId={id} />
    </li>
  );
}
