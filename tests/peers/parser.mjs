// Prints what whatsapp-chat-parser reads of a chat file: one JSON line for each message.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [scratch, file] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${scratch}/node/`));
const { parseString } = require('whatsapp-chat-parser');
for (const { date, author, message } of parseString(readFileSync(file, 'utf8'))) {
  console.log(JSON.stringify({ time: date.toISOString().slice(0, 16), author, text: message }));
}
