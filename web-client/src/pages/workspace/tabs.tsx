/**
 * The parts one at a time, for small windows.
 */

import { IconAdjustments, IconHistory, IconListTree, IconSchema } from '@tabler/icons-react';
import { useState } from 'react';
import { FollowBanner } from '../../components/presence/follow-banner.tsx';
import { useView } from '../../state/hooks.ts';
import classes from './layout.module.css';
import { InspectorPart, MiddlePart, OutlinePart } from './parts.tsx';

type Tab = 'outline' | 'middle' | 'properties';

export function Tabs() {
  const [tab, setTab] = useState<Tab>('outline');
  const panel = useView((view) => view.panel);
  const tabs: { id: Tab; label: string; Icon: typeof IconSchema }[] = [
    { id: 'outline', label: 'Outline', Icon: IconListTree },
    panel === 'graph'
      ? { id: 'middle', label: 'Graph', Icon: IconSchema }
      : { id: 'middle', label: 'History', Icon: IconHistory },
    { id: 'properties', label: 'Properties', Icon: IconAdjustments },
  ];
  return (
    <>
      <main className={classes.single}>
        <div className={classes.column} id={tab} role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'outline' && <OutlinePart />}
          {tab === 'middle' && <MiddlePart />}
          {tab === 'properties' && <InspectorPart />}
        </div>
        {(tab !== 'middle' || panel !== 'graph') && <FollowBanner />}
      </main>
      <div className={classes.tabs} role="tablist" aria-label="Parts of the project">
        {tabs.map(({ id, label, Icon }, at) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={tab === id}
            aria-controls={tab === id ? id : undefined}
            tabIndex={tab === id ? 0 : -1}
            className={classes.tab}
            onClick={() => setTab(id)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              const next = step && tabs[(at + step + tabs.length) % tabs.length];
              if (!next) return;
              setTab(next.id);
              document.getElementById(`tab-${next.id}`)?.focus();
            }}
          >
            <Icon size={18} aria-hidden />
            {label}
          </button>
        ))}
      </div>
    </>
  );
}
