# What jobs on the Ruby side tell, in keys of Redis that belong to no system; and how values look there.

require "connection_pool"
require "date"
require "json"
require "redis"
require "active_support"
require "active_support/core_ext"

REDIS = {url: ENV.fetch("REDIS_URL")}.freeze

# The library warns of what will change; Sidekiq 6.4 goes with this one.
Redis.sadd_returns_boolean = false
Redis.silence_deprecations = true

# What jobs tell.
module Told
  CONNECTION = ConnectionPool.new(size: 10) { Redis.new(REDIS) }

  module_function

  # Appends to the list of everything that was told.
  def tell(word, job, **more)
    entry = {side: "ruby", word: word, class: job.class.name, pid: Process.pid, **more}
    CONNECTION.with { |redis| redis.rpush("peers:told", JSON.generate(entry)) }
  end

  # How often this was called with the mark, on either side.
  def count(mark)
    CONNECTION.with { |redis| redis.hincrby("peers:runs", mark, 1) }
  end

  # Counts the number on a tally on which each should be one in the end.
  def tally(number)
    CONNECTION.with do |redis|
      redis.hincrby("peers:tally", number.to_s, 1)
      redis.hincrby("peers:sides", "ruby", 1)
    end
  end

  def gate_open?
    CONNECTION.with { |redis| redis.exists?("peers:gate") }
  end
end

# How values of every kind look in what is told: the same on both sides.
module Plain
  module_function

  def of(value)
    case value
    when Symbol then {"symbol" => value.to_s}
    when ActiveSupport::Duration then {"duration" => value.to_f}
    when Date then {"date" => value.iso8601}
    when Time then {"time" => value.utc.iso8601(9)}
    when Array then value.map { |element| of(element) }
    when Hash then value.to_h { |key, inner| [key.is_a?(Symbol) ? ":#{key}" : key, of(inner)] }
    else value
    end
  end
end
