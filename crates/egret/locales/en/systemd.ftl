# Units for systemd: what became of them, and why they were not written.

systemd-created = { $path }: written
systemd-changed = { $path }: written anew
systemd-unchanged = { $path }: unchanged
systemd-other-form = `{ $unit }` is there as well; disable and remove it unless both are wanted
systemd-to-enable = to put them into service:
systemd-section-on-demand = the section `{ $section }` has `mode: on_demand`: programs that enqueue start services beside systemd's; `mode: service` ends that

systemd-unwritable = `{ $text }` cannot stand in a unit file, expected no control characters, and no space or backslash at an end
systemd-not-unicode = the path `{ $path }` cannot stand in a unit file, expected UTF-8
systemd-program = the program `{ $path }` cannot be the command of a unit, expected a path without quotes and backslashes
systemd-foreign = `{ $path }` was not written by this command, so it is left alone
systemd-foreign-hint = remove the file, or give another name by --name NAME
systemd-failed-to-write = failed to write `{ $path }`
systemd-permission-hint = run it as root, or write elsewhere by --directory FOLDER
systemd-folder-hint = make the folder, or name another one by --directory FOLDER
systemd-bad-name = `{ $name }` cannot name a unit, expected letters, digits, `:`, `-`, `_` and `.`
systemd-bad-name-hint = give a name by --name NAME
systemd-bad-user = `{ $user }` cannot be the name of a user, expected no spaces, `:` and `/`, and neither `-` nor `.` first
systemd-password = the URL `{ $url }` has a password, and everybody may read a unit
systemd-password-hint = write it into config/job.yml, or as EGRET_URL=… into /etc/default/NAME of the unit
systemd-root = the folder `{ $path }` belongs to root, and jobs should not run as root
systemd-root-hint = say as whom the service runs by --user USER
systemd-no-folder = failed to find the folder `{ $path }`
systemd-not-run = failed to run `{ $command }`
systemd-command-failed = `{ $command }` ended with { $status }
systemd-left-to-run = the units are written; where systemd runs, this is left to do: { $commands }
