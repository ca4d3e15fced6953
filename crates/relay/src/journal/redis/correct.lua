-- What became of a call: its share of the budget is corrected, and its answer kept or its key freed.
-- ARGV: epoch, mark, "settle" | "undo" | "give up", cost or "", seconds kept,
-- and to settle: status, headers, pieces, length, and if a piece is left to keep, its place and it
local p = KEYS[1]
local mark, what, cost = ARGV[2], ARGV[3], ARGV[4]
if redis.call('GET', p .. 'epoch') ~= ARGV[1] then return 'lost' end
local written = redis.call('GET', p .. 'mark:' .. mark)
-- Asked again, as the first reply did not arrive.
if not written then return 'done' end
redis.call('DEL', p .. 'mark:' .. mark)
local number, day, reserved, known = string.match(written, '(%d+) (%d+) (%d+) (%d)')
local spent = p .. 'spent:' .. day
local is_known = known == '1'
-- Nothing is held any more where this process was taken for dead.
if not is_known and reserved ~= '0' then
  if redis.call('HGET', spent, 'unpriced_mark') == mark then
    redis.call('HDEL', spent, 'unpriced', 'unpriced_by', 'unpriced_mark')
  else
    reserved = '0'
  end
end
local did_cost
if what == 'undo' then
  redis.call('HINCRBY', spent, 'calls', -1)
  did_cost = cost ~= '' and cost or '0'
elseif cost ~= '' then
  did_cost = cost
  local dearest = tonumber(redis.call('HGET', spent, 'dearest') or '0')
  redis.call('HSET', spent, 'dearest', string.format('%.0f', math.max(dearest, tonumber(cost))))
else
  -- Without a word about its price, a call costs what one did before, if that is known.
  did_cost = is_known and reserved or '0'
end
redis.call('HINCRBY', spent, 'credits', string.format('%.0f', tonumber(did_cost) - tonumber(reserved)))
if number == '0' then return 'done' end
local call = p .. 'call:' .. number
local key = redis.call('HGET', call, 'key')
local batch = key and string.match(key, '^\n([^\n]+)')
local calls = batch and p .. 'calls:' .. batch
if what == 'undo' then
  redis.call('DEL', call, p .. 'piece:' .. number)
  if key then redis.call('DEL', p .. 'id:' .. key) end
  if calls then redis.call('SREM', calls, number) end
elseif what == 'settle' and key then
  redis.call('HSET', call, 'status', ARGV[6], 'headers', ARGV[7], 'pieces', ARGV[8], 'length', ARGV[9])
  if ARGV[10] then redis.call('HSET', p .. 'piece:' .. number, ARGV[10], ARGV[11]) end
  if calls and redis.call('SISMEMBER', calls, number) == 1 then
    -- It is kept as long as its batch.
    redis.call('PERSIST', p .. 'piece:' .. number)
    redis.call('INCRBY', p .. 'batched', ARGV[9])
  else
    redis.call('EXPIRE', call, ARGV[5])
    redis.call('EXPIRE', p .. 'piece:' .. number, ARGV[5])
    redis.call('EXPIRE', p .. 'id:' .. key, ARGV[5])
    redis.call('ZADD', p .. 'kept', number, number)
    redis.call('HSET', p .. 'lengths', number, ARGV[9])
    redis.call('INCRBY', p .. 'bytes', ARGV[9])
  end
end
return 'done'
