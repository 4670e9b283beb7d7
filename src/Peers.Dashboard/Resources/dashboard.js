// What a remote said goes into the page by textContent and by nothing else.
const find = id => document.getElementById(id);
const points = [];
const mostPoints = 600;
let rights = { actions: false };

const bytes = n => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (n >= 1000 && i < units.length - 1) { n /= 1000; i++; }
  return (i === 0 ? n : n.toFixed(n < 10 ? 1 : 0)) + ' ' + units[i];
};
const milliseconds = ms => ms == null ? '' : ms < 10 ? ms.toFixed(1) + ' ms' : Math.round(ms) + ' ms';
const age = s => s == null ? '' : s < 90 ? Math.round(s) + ' s' : s < 5400 ? Math.round(s / 60) + ' min' : s < 172800 ? Math.round(s / 3600) + ' h' : Math.round(s / 86400) + ' d';
const clock = time => new Date(time).toLocaleTimeString([], { hour12: false });
const words = name => name.replace(/(?!^)[A-Z]/g, letter => ' ' + letter.toLowerCase());

const cell = (label, text, type = '', small = '') => {
  const td = document.createElement('td');
  td.dataset.label = label;
  if (type) td.className = type;
  if (text !== '' && text != null) {
    const span = document.createElement('span');
    span.textContent = text;
    if (small) { const more = document.createElement('small'); more.textContent = small; span.append(more); }
    td.append(span);
  }
  return td;
};

// Rows stay where they are while they are the same: who has the focus on a button keeps it.
const rows = (table, items, keyOf, fill) => {
  const body = table.tBodies[0];
  const old = new Map([...body.rows].map(row => [row.dataset.key, row]));
  items.forEach((item, i) => {
    const key = String(keyOf(item));
    const text = JSON.stringify(item) + rights.actions;
    let row = old.get(key);
    old.delete(key);
    if (!row) { row = document.createElement('tr'); row.dataset.key = key; }
    if (row.told !== text) {
      const focus = row.contains(document.activeElement) ? document.activeElement.textContent : null;
      row.told = text;
      row.replaceChildren(...fill(item, row));
      if (focus) [...row.querySelectorAll('button')].find(button => button.textContent === focus)?.focus();
    }
    if (body.rows[i] !== row) body.insertBefore(row, body.rows[i] ?? null);
  });
  old.forEach(row => row.remove());
  table.hidden = items.length === 0;
};

const act = async (what, request) => {
  const answer = find('answer');
  answer.hidden = false;
  answer.textContent = 'One moment …';
  try {
    const response = await fetch(what, { method: 'POST', headers: { 'Content-Type': 'application/json', [rights.header]: rights.token }, body: JSON.stringify(request) });
    answer.textContent = (await response.json()).text;
  } catch {
    answer.textContent = 'The application does not answer.';
  }
};

const acts = (...buttons) => {
  const td = document.createElement('td');
  td.className = 'acts';
  if (rights.actions) {
    for (const [text, what, request] of buttons) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = text;
      button.addEventListener('click', () => act(what, request));
      td.append(button, ' ');
    }
  }
  return td;
};

const hostOf = address => address.startsWith('[') ? address.slice(1, address.indexOf(']')) : address.slice(0, address.lastIndexOf(':'));

const tile = (name, value, more = '') => {
  const div = document.createElement('div');
  const dt = document.createElement('dt');
  const dd = document.createElement('dd');
  dt.textContent = name;
  dd.textContent = value;
  if (more) { const small = document.createElement('small'); small.textContent = ' ' + more; dd.append(small); }
  div.append(dt, dd);
  return div;
};

const svg = (name, attributes, text) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text != null) element.textContent = text;
  return element;
};

const chart = (id, lines, label) => {
  const drawing = find(id);
  const width = drawing.clientWidth || 400;
  const height = 130;
  const bottom = height - 18;
  const most = Math.max(...lines.flatMap(line => points.map(point => line.of(point) ?? 0)), 0) || 1;
  const x = i => 4 + (width - 8) * (mostPoints - points.length + i) / (mostPoints - 1);
  const y = value => bottom - (bottom - 16) * value / most;
  drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const children = [svg('line', { class: 'grid', x1: 0, x2: width, y1: bottom, y2: bottom }), svg('line', { class: 'grid', x1: 0, x2: width, y1: 16, y2: 16 }),
    svg('text', { x: 2, y: 11 }, label(most)), svg('text', { x: 2, y: height - 4 }, '10 min ago'), svg('text', { x: width - 2, y: height - 4, 'text-anchor': 'end' }, 'now')];
  for (const line of lines) {
    let path = '';
    let pen = false;
    points.forEach((point, i) => {
      const value = line.of(point);
      if (value == null) { pen = false; return; }
      path += `${pen ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = true;
    });
    children.push(svg('path', { class: line.name, d: path }));
  }
  drawing.replaceChildren(...children);
};

const draw = () => {
  chart('traffic', [{ name: 'received', of: p => p.received }, { name: 'sent', of: p => p.sent }], most => bytes(most) + '/s');
  chart('latency', [{ name: 'ping', of: p => p.pingMs }], milliseconds);
};

const show = state => {
  const status = find('status');
  status.className = state.running ? 'live' : 'gone';
  const said = state.running ? 'live' : 'the engine has stopped';
  if (status.textContent !== said) status.textContent = said;
  if (state.running) {
    find('who').textContent = `${state.network} · ${state.userAgent}`;
    document.title = `Peers: ${state.point.peers} on ${state.network}`;
  }

  const ready = state.peers.filter(peer => peer.phase === 'Ready');
  const kept = state.outbound;
  find('tiles').replaceChildren(
    tile('Peers', state.point.peers, `${ready.filter(peer => peer.direction === 'Inbound').length} inbound`),
    tile('Kept', kept.target === 0 ? '–' : `${kept.fullRelay} of ${kept.target}`, kept.target === 0 ? '' : kept.offline ? 'offline' : `${kept.blockRelay} for blocks`),
    tile('Under way', state.peers.length - ready.length + state.morePeers - Math.max(0, state.point.peers - ready.length)),
    tile('Received', bytes(state.point.received), 'a second'),
    tile('Sent', bytes(state.point.sent), 'a second'),
    tile('Addresses', state.book.reduce((sum, row) => sum + row.new + row.tried, 0)),
    tile('Bans', state.bans.length));

  rows(find('peers'), state.peers, peer => peer.id, (peer, row) => {
    row.className = peer.phase === 'Ready' ? '' : 'waiting';
    const about = [peer.services === 'None' ? '' : peer.services, ...peer.features].filter(Boolean).join(', ');
    return [cell('Peer', peer.id, 't'), cell('Address', peer.address, 'a', [peer.network, peer.transport].filter(Boolean).join(', ')),
      cell('Type', words(peer.type || peer.direction), 'w', peer.phase === 'Ready' ? '' : words(peer.phase)),
      cell('User agent', peer.userAgent ?? '', '', about), cell('Height', peer.height ?? '', 'n'),
      cell('Ping', milliseconds(peer.pingMs), 'n', peer.bestPingMs == null ? '' : 'best ' + milliseconds(peer.bestPingMs)),
      cell('Received', bytes(peer.received), 'n'), cell('Sent', bytes(peer.sent), 'n'), cell('Age', age(peer.ageSeconds), 'n'),
      acts(['Disconnect', 'disconnect', { peer: peer.id }], ['Ban', 'ban', { address: hostOf(peer.address) }])];
  });
  find('nobody').hidden = state.peers.length > 0;

  rows(find('events'), state.events, event => event.time + event.kind + event.peer + event.address, event =>
    [cell('Time', clock(event.time), 't'), cell('Event', event.kind, 'w'), cell('Peer', event.peer ?? '', 't'), cell('Address', event.address, 'a'), cell('Why', event.text)]);
  find('quiet').hidden = state.events.length > 0;

  rows(find('book'), state.book, row => row.network, row => [cell('Network', row.network), cell('New', row.new, 'n'), cell('Tried', row.tried, 'n')]);
  find('nobook').hidden = state.book.length > 0;

  rows(find('bans'), state.bans, ban => ban.subject, ban =>
    [cell('Subject', ban.subject), cell('Until', new Date(ban.until).toLocaleString(), 't'), cell('Why', ban.why), acts(['Unban', 'unban', { address: ban.subject }])]);
  find('nobans').hidden = state.bans.length > 0;
};

const askRights = async () => {
  try {
    rights = await (await fetch('rights')).json();
  } catch {
    rights = { actions: false };
  }
  find('connect').hidden = find('ban').hidden = !rights.actions;
};

for (const what of ['connect', 'ban']) {
  find(what).addEventListener('submit', event => {
    event.preventDefault();
    act(what, { address: event.target.elements.address.value.trim() });
    event.target.reset();
  });
}

await askRights();
const source = new EventSource('events');
source.addEventListener('history', message => { points.splice(0, points.length, ...JSON.parse(message.data)); draw(); });
source.addEventListener('state', message => {
  const state = JSON.parse(message.data);
  points.push(state.point);
  if (points.length > mostPoints) points.shift();
  show(state);
  draw();
});
source.addEventListener('error', () => {
  const status = find('status');
  status.className = 'gone';
  status.textContent = 'the application does not answer; trying again';
});
addEventListener('resize', draw);
