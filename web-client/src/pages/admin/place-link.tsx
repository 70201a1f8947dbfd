/**
 * A link to a part of the page, which says whether one is there.
 */

import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import classes from './page.module.css';

interface Props {
  readonly href: string;
  /** Whether what is below the address belongs to it. */
  readonly isBranch?: boolean;
  readonly children: ReactNode;
}

export function PlaceLink({ href, isBranch = false, children }: Props) {
  const [here] = useLocation();
  const isHere = here === href || (isBranch && here.startsWith(`${href}/`));
  return (
    <Link href={href} className={classes.place} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
