/**
 * The keys that do something, by the place where they do it.
 */

import { Switch } from '@mantine/core';
import { PLACES, SHORTCUTS, type Shortcut, type Where, waysOf } from '../../state/shortcuts.ts';
import { Dialog } from '../dialog/dialog.tsx';
import classes from './help.module.css';
import { Keys } from './keys.tsx';
import { switchSingleKeys, useSingleKeys } from './single-keys.ts';

const ALL: readonly Shortcut[] = SHORTCUTS;
const WHERES = (Object.keys(PLACES) as Where[]).filter((where) => ALL.some((each) => each.where === where));

export default function HelpDialog({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const { isOn } = useSingleKeys();
  return (
    <Dialog opened={isOpen} onClose={close} title="Keys" size="xl" centered={false}>
      <div className={classes.places}>
        {WHERES.map((where) => (
          <Place key={where} where={where} />
        ))}
      </div>
      <Switch
        mt="md"
        label="Keys without Ctrl, Command or Alt open this list"
        classNames={{ description: classes.quiet }}
        description="Switch it off if ? opens it when you do not want it."
        checked={isOn}
        onChange={(event) => switchSingleKeys(event.currentTarget.checked)}
      />
    </Dialog>
  );
}

function Place({ where }: { where: Where }) {
  return (
    <section className={classes.place} aria-labelledby={`keys-${where}`}>
      <h3 className={classes.title} id={`keys-${where}`}>
        {PLACES[where]}
      </h3>
      <dl className={classes.list}>
        {ALL.filter((each) => each.where === where).map((each) => (
          <div key={each.id} className={classes.line}>
            <dt>{each.does}</dt>
            <dd className={classes.ways}>
              {waysOf(each).map((way) => (
                <Keys key={way} way={way} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
