import { expect, test } from 'vitest';
import { changeLine } from './change-line.ts';

test('the beginnings of a project need no second mention of its name', () => {
  const summary = 'Made the project "Mustang", created project_root "Mustang"';
  expect(changeLine({ command_type: 'CreateProject', summary })).toBe('Made the project');
  expect(changeLine({ command_type: 'ImportProject', summary })).toBe('Imported the project');
});

test('everything else is told in the server’s words', () => {
  expect(changeLine({ command_type: 'Undo', summary: 'took back: renamed "a"' })).toBe(
    'Took back: renamed "a"',
  );
});
