-- Forgets some pictures of a batch that is gone; says whether there are more.
-- ARGV: id, seconds kept, and the numbers of calls that are not to be forgotten
local p, id = KEYS[1], ARGV[1]
local calls = p .. 'calls:' .. id
local but, stay = {}, {}
for i = 3, #ARGV do but[ARGV[i]] = true end
for _, number in ipairs(redis.call('SPOP', calls, 200)) do
  local call = p .. 'call:' .. number
  local known = redis.call('HMGET', call, 'key', 'status', 'length')
  if but[number] then
    table.insert(stay, number)
  elseif known[2] then
    redis.call('DEL', call, p .. 'piece:' .. number, p .. 'id:' .. known[1])
    redis.call('DECRBY', p .. 'batched', known[3])
  elseif known[1] then
    -- It may be under way: it goes by itself.
    redis.call('EXPIRE', call, ARGV[2])
    redis.call('EXPIRE', p .. 'id:' .. known[1], ARGV[2])
  end
end
for _, number in ipairs(stay) do redis.call('SADD', calls, number) end
local left = redis.call('SCARD', calls)
if left == 0 then redis.call('ZREM', p .. 'batches', id) end
return left > #stay and 1 or 0
