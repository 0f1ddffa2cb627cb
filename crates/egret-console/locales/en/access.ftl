# Coming in.
login-title = Log in
login-name = Name
login-password = Password
login-submit = Log in
login-failed = You could not be logged in.
login-again = The form was too old. Please try again.
