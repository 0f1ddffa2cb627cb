# Delayed Job's own tasks: jobs:work, jobs:workoff, jobs:clear, jobs:check.

require_relative "delayed_jobs"
require "delayed/tasks"

task(:environment)
