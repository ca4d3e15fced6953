-- Writes a call down and takes its share of the day's budget, or does neither.
-- ARGV: epoch, key or "", hash, process, mark, calls a day or "", credits a day or "", seconds kept
local p = KEYS[1]
local epoch, key, hash, me, mark = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('GET', p .. 'epoch') ~= epoch then return { 'lost' } end
-- Asked again, as the first reply did not arrive.
local written = redis.call('GET', p .. 'mark:' .. mark)
if written then return { 'sent', written } end
if key ~= '' and redis.call('EXISTS', p .. 'id:' .. key) == 1 then return { 'taken' } end
local day = math.floor(tonumber(redis.call('TIME')[1]) / 86400)
local spent = p .. 'spent:' .. day
local calls = tonumber(redis.call('HGET', spent, 'calls') or '0')
local credits = tonumber(redis.call('HGET', spent, 'credits') or '0')
if ARGV[6] ~= '' and calls >= tonumber(ARGV[6]) then return { 'day' } end
-- What the dearest call of the last seven days did cost.
local price
for past = day - 6, day do
  local dearest = tonumber(redis.call('HGET', p .. 'spent:' .. past, 'dearest') or nil)
  if dearest and (not price or dearest > price) then price = dearest end
end
local reserved = 0
if ARGV[7] ~= '' then
  local most = tonumber(ARGV[7])
  if price then
    if credits + price > most then return { 'day' } end
    reserved = price
  else
    local unpriced = redis.call('HMGET', spent, 'unpriced', 'unpriced_by')
    if unpriced[1] and redis.call('EXISTS', p .. 'alive:' .. unpriced[2]) == 0 then
      credits = redis.call('HINCRBY', spent, 'credits', '-' .. unpriced[1])
      redis.call('HDEL', spent, 'unpriced', 'unpriced_by', 'unpriced_mark')
    end
    if credits >= most then return { 'waiting' } end
    reserved = most - credits
    redis.call('HSET', spent, 'unpriced', string.format('%.0f', reserved),
      'unpriced_by', me, 'unpriced_mark', mark)
  end
end
redis.call('HINCRBY', spent, 'calls', 1)
redis.call('HINCRBY', spent, 'credits', string.format('%.0f', reserved))
redis.call('EXPIRE', spent, 60 * 86400)
local number = 0
if key ~= '' then
  number = redis.call('INCR', p .. 'number')
  redis.call('SET', p .. 'id:' .. key, number)
  redis.call('HSET', p .. 'call:' .. number, 'key', key, 'hash', hash, 'by', me)
  local batch = string.match(key, '^\n([^\n]+)')
  if batch and redis.call('EXISTS', p .. 'batch:' .. batch) == 1 then
    -- It is kept as long as its batch.
    redis.call('SADD', p .. 'calls:' .. batch, number)
  else
    redis.call('EXPIRE', p .. 'id:' .. key, ARGV[8])
    redis.call('EXPIRE', p .. 'call:' .. number, ARGV[8])
  end
end
local known = price and 1 or 0
written = string.format('%.0f %d %.0f %d', number, day, reserved, known)
redis.call('SET', p .. 'mark:' .. mark, written, 'EX', 3 * 86400)
return { 'sent', written }
