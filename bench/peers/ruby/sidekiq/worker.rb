# Sidekiq's worker: jobs that do nothing, and jobs that tell how long they waited.

require "redis"
require "sidekiq"

Redis.sadd_returns_boolean = false
Redis.silence_deprecations = true
CONNECTION = Redis.new(url: ENV.fetch("REDIS_URL"))
Sidekiq.logger.level = Logger.const_get(ENV.fetch("BENCH_LOG").upcase)

class Nothing
  include Sidekiq::Job

  def perform(_number)
  end
end

class Stamp
  include Sidekiq::Job

  def perform(sent)
    waited = Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond) - sent
    CONNECTION.rpush("bench:pickup", waited)
  end
end
