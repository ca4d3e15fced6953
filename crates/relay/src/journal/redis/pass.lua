-- Counts one request, evenly over the minute (GCRA), by this machine's clock.
-- ARGV: client, so many a minute for each client or "", for all or ""
local p = KEYS[1]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1e6 + tonumber(time[2])
-- When the next one would be due if they came evenly, and how far ahead of that one may be.
local function due(name, most)
  local every = 60e6 / tonumber(most)
  local at = math.max(tonumber(redis.call('GET', name) or '0'), now)
  return at + every, at - now - (60e6 - every) - 1
end
local limits = {}
if ARGV[2] ~= '' then table.insert(limits, { 'each', p .. 'each:' .. ARGV[1], ARGV[2] }) end
if ARGV[3] ~= '' then table.insert(limits, { 'all', p .. 'all', ARGV[3] }) end
for _, limit in ipairs(limits) do
  local at, wait = due(limit[2], limit[3])
  if wait > 0 then return { limit[1], math.ceil(wait / 1e6) } end
  limit[4] = at
end
for _, limit in ipairs(limits) do
  redis.call('SET', limit[2], string.format('%.0f', limit[4]),
    'PX', math.ceil((limit[4] - now) / 1e3))
end
return { 'pass', 0 }
