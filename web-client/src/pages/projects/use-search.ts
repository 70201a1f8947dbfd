/**
 * What is searched for: in the field at once, in the address and in the request once the typing rests.
 */

import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

const REST = 200;

export function useSearch() {
  const [params, setParams] = useSearchParams();
  const kept = params.get('search') ?? '';
  const [text, setText] = useState(kept);
  const [rested] = useDebouncedValue(text.trim(), REST);
  const [written, setWritten] = useState(kept);

  useEffect(() => {
    setWritten(rested);
    setParams(rested ? { search: rested } : {}, { replace: true });
  }, [rested, setParams]);

  // Another address, by the browser's own buttons: it says what is searched for.
  if (kept !== written && rested === written && text.trim() === rested) {
    setWritten(kept);
    setText(kept);
  }
  return { text, setText, search: rested };
}
