// Prints what whatsapp-chat-parser reads of chat files: one JSON line for each message. A file that it refuses has none.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [scratch, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${scratch}/node/`));
const { parseString } = require('whatsapp-chat-parser');
for (const file of files) {
  try {
    for (const { date, author, message } of parseString(readFileSync(file, 'utf8'))) {
      console.log(JSON.stringify({ file, time: date.toISOString().slice(0, 16), author, text: message }));
    }
  } catch (refusal) {
    console.error(`${file}: ${refusal.name}`);
  }
}
